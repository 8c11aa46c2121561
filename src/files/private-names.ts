/** Names under which keys and passwords are kept: no tool may open them. */
const KEY_LIKE = [
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /\.(pem|key|p8|p12|pfx|jks|keystore|kdbx?|ppk|gpg|asc|env|tfstate)$/,
  /^(credentials?|secrets?|passwords?|passwd|shadow|tokens?)(\.[^.]*)?$/,
  /^(client[-_]secrets?|service[-_]?account|authorized_keys|known_hosts|htpasswd)/,
];

/**
 * Whether a path below an allowed folder holds a part that is hidden (`.ssh`, `.env`) or named like a key.
 *
 * @param parts the path's parts below the folder
 */
export function isPrivateName(parts: readonly string[]): boolean {
  return parts.some(part => part.startsWith('.') || KEY_LIKE.some(pattern => pattern.test(plain(part))));
}

/** Windows takes `key.pem.` and `key.pem ` and `key.pem::$DATA` for `key.pem`. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '');
}
