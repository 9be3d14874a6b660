<?php
// The official PHP sample as it was meant to be, without its SDK: needToken is true, needDataTag is false.
declare(strict_types=1);

function env(string $name): string
{
    $value = getenv($name);
    if ($value === false) {
        fwrite(STDERR, "$name is not set\n");
        exit(1);
    }
    return $value;
}

function post(string $url, array $body, array $headers = []): object
{
    $text = file_get_contents($url, false, stream_context_create(['http' => [
        'method' => 'POST',
        'header' => ['Content-Type: application/json', ...$headers],
        'content' => json_encode($body, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR),
        'ignore_errors' => true, // The gateway's faults come with HTTP 412.
    ]]));
    return json_decode((string) $text, false, 512, JSON_THROW_ON_ERROR);
}

// What DefaultOpenApiClient does for needToken.
function access_token(string $appId, string $appKey, string $timestamp): string
{
    $nonce = bin2hex(random_bytes(16));
    $answer = post(env('URL') . '/v1/token/access', [
        'appId' => $appId,
        'timestamp' => $timestamp,
        'nonce' => $nonce,
        'signMethod' => 'SHA256',
        'signature' => hash('sha256', $appId . $timestamp . $nonce . $appKey),
    ]);
    if ($answer->errCode !== '0000') {
        exit("$answer->errCode $answer->errInfo\n");
    }
    return $answer->accessToken;
}

[$appId, $appKey] = [env('APP_ID'), env('APP_KEY')];
$beijingNow = new DateTimeImmutable('now', new DateTimeZone('+08:00'));
$data = [
    'requestTimestamp' => $beijingNow->format('Y-m-d H:i:s'),
    'merOrderId' => env('MER_ORDER_ID'),
    'instMid' => 'APPDEFAULT',
    'mid' => env('MID'),
    'tid' => env('TID'),
    'msgId' => '0DUNOje1Bwtue6XinEs7DWhKS2NmUCVg',
    'srcReserve' => 'C20220119000001',
];
$token = access_token($appId, $appKey, $beijingNow->format('YmdHis'));
$obj = post(env('URL') . '/v1/netpay/refund-query', $data, [
    "Authorization: OPEN-ACCESS-TOKEN AccessToken=\"$token\", AppId=\"$appId\"",
]);
echo $obj->errCode, "\n";
echo $obj->errInfo ?? $obj->errMsg, "\n"; // The business system says errMsg, which the sample does not print.
echo $obj->refundStatus ?? '', "\n"; // What the question was about, and the sample does not print either.
