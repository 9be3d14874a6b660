<?php
// Tells whether a webhook comes from this service: the body on stdin, its three headers and the secret in the environment.
declare(strict_types=1);

const TOLERANCE_SECONDS = 5 * 60;

/** Why this service has not signed the body; null if it has. The body's bytes are needed as they came. */
function refusal(string $id, string $timestamp, string $signatures, string $body, string $secret): ?string
{
    if (!preg_match('/^\d{1,12}$/D', $timestamp)) {
        return 'the timestamp is not in seconds';
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return 'the timestamp is more than 5 minutes away';
    }
    $key = base64_decode(substr($secret, strlen('whsec_')));
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    // There are two while a secret is being replaced. The comparison takes constant time.
    foreach (explode(' ', $signatures) as $given) {
        if (hash_equals($expected, $given)) {
            return null;
        }
    }
    return 'no signature fits';
}

// In a web application: $_SERVER['HTTP_WEBHOOK_ID'] and so on, and file_get_contents('php://input').
$headers = array_map(fn ($name) => (string) getenv($name), ['WEBHOOK_ID', 'WEBHOOK_TIMESTAMP', 'WEBHOOK_SIGNATURE']);
$body = file_get_contents('php://stdin');
$refusal = refusal(...[...$headers, $body, (string) getenv('WEBHOOK_SECRET')]);
if ($refusal !== null) {
    fwrite(STDERR, "refused: $refusal\n");
    exit(1); // Answer with status 400, and do nothing else.
}
echo $body; // Remember the webhook-id, answer with status 200, and handle the event.
