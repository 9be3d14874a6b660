<?php
// Asks what became of one refund. Exit 0: answered (HTTP 200); 1: not.
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

$beijingNow = new DateTimeImmutable('now', new DateTimeZone('+08:00'));
$question = [
    'requestTimestamp' => $beijingNow->format('Y-m-d H:i:s'),
    'merOrderId' => env('MER_ORDER_ID'),
    'instMid' => getenv('INST_MID') ?: 'APPDEFAULT',
    'mid' => env('MID'),
    'tid' => env('TID'),
];
if (getenv('SRC_RESERVE') !== false) {
    $question['srcReserve'] = getenv('SRC_RESERVE');
}
// The bytes that are signed are the bytes that are sent.
$body = json_encode($question, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);

[$appId, $timestamp, $nonce] = [env('APP_ID'), $beijingNow->format('YmdHis'), bin2hex(random_bytes(16))];
$toSign = $appId . $timestamp . $nonce . hash('sha256', $body);
$signature = base64_encode(hash_hmac('sha256', $toSign, env('APP_KEY'), true));

$stream = fopen(env('URL') . '/v1/netpay/refund-query', 'r', false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => [
        "Authorization: OPEN-BODY-SIG AppId=\"$appId\",Timestamp=\"$timestamp\",Nonce=\"$nonce\",Signature=\"$signature\"",
        'Content-Type: application/json',
    ],
    'content' => $body,
    'timeout' => 35, // The service answers within 30 s, whatever ChinaUMS does.
    'ignore_errors' => true, // A problem answer is to be read as well.
]]));
if ($stream === false) {
    exit(1);
}
$statusLine = stream_get_meta_data($stream)['wrapper_data'][0];
echo stream_get_contents($stream);
exit(preg_match('#^HTTP/\S+ 200\b#', $statusLine) ? 0 : 1);
