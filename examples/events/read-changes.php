<?php
// Reads the events about your refunds since the last time, one a line. CURSOR_FILE remembers how far it has read.
declare(strict_types=1);

/** @return array{events: list<array<string, mixed>>, cursor: string} */
function changes(array $question): array
{
    $body = json_encode((object) $question, JSON_THROW_ON_ERROR);
    $timestamp = (new DateTimeImmutable('now', new DateTimeZone('+08:00')))->format('YmdHis');
    [$appId, $nonce] = [getenv('APP_ID'), bin2hex(random_bytes(16))];
    $toSign = $appId . $timestamp . $nonce . hash('sha256', $body);
    $signature = base64_encode(hash_hmac('sha256', $toSign, (string) getenv('APP_KEY'), true));
    $stream = fopen(getenv('URL') . '/v1/refunds/changes', 'r', false, stream_context_create(['http' => [
        'method' => 'POST',
        'header' => [
            "Authorization: OPEN-BODY-SIG AppId=\"$appId\",Timestamp=\"$timestamp\",Nonce=\"$nonce\",Signature=\"$signature\"",
            'Content-Type: application/json',
        ],
        'content' => $body,
        'timeout' => 35,
        'ignore_errors' => true, // A problem answer is to be read as well.
    ]]));
    $answer = $stream === false ? '' : (string) stream_get_contents($stream);
    $page = json_decode($answer, true);
    if (!isset($page['events'], $page['cursor'])) {
        fwrite(STDERR, "$answer\n");
        exit(1);
    }
    return $page;
}

$cursorFile = (string) getenv('CURSOR_FILE');
do {
    $page = changes(is_file($cursorFile) ? ['cursor' => file_get_contents($cursorFile)] : []);
    foreach ($page['events'] as $event) {
        // Handle it here; one that you have had before is to be ignored.
        echo json_encode($event, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), "\n";
    }
    // Only now, so that nothing is lost if this stops in between.
    file_put_contents($cursorFile, $page['cursor']);
} while ($page['events'] !== []);
