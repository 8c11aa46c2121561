import type { PermanentFault } from '../net/faults.ts';
import { IN_HOST } from './problem.ts';

/** What is wrong, and what to change, when the network fails until somebody changes something; `doctor` uses the same words. */
export const PERMANENT_FAULTS: Record<PermanentFault, { message: string; cure: string }> = {
  unknown_ca: {
    message:
      'The gateway’s certificate is signed by an authority that this computer does not know: a proxy that inspects TLS is usual.',
    cure: `Name the authority’s certificate file in NODE_EXTRA_CA_CERTS ${IN_HOST}.`,
  },
  expired_certificate: {
    message: 'The gateway’s certificate has expired, or this computer’s clock is wrong.',
    cure: 'Check the date of this computer; if that is right, only the gateway’s owner can renew the certificate.',
  },
  wrong_name: {
    message: 'The certificate is for another name than the gateway’s.',
    cure: `Check SKILLBOSS_BASE_URL and the proxy ${IN_HOST}.`,
  },
  plain_http: {
    message: 'The other side does not speak TLS.',
    cure: `Check scheme and port of SKILLBOSS_BASE_URL and HTTPS_PROXY ${IN_HOST}.`,
  },
  proxy_refused: {
    message: 'The proxy refused to connect to the gateway.',
    cure: `Allow the gateway’s host in the proxy, or correct HTTPS_PROXY (with its user name and password) ${IN_HOST}.`,
  },
  proxy_needed: {
    message: 'The gateway’s name does not resolve here, and a proxy is set that was not used for it.',
    cure: `Set HTTPS_PROXY, or take the gateway’s host out of NO_PROXY, ${IN_HOST}.`,
  },
};
