import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The file of the CA that signed every certificate here. */
export const CA_FILE = fileURLToPath(new URL('./certificates/ca.pem', import.meta.url));

/** A key and its certificate, for a TLS server: `server` is for gateway.test, cdn.test and localhost. */
export function certificate(name: 'server' | 'expired' | 'elsewhere'): { key: Buffer; cert: Buffer } {
  const pem = readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url));
  return { key: pem, cert: pem };
}
