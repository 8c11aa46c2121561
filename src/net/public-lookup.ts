import { isIPv6, type LookupFunction } from 'node:net';
import { addressRefusal } from './address.ts';
import type { Resolve } from './resolve.ts';

/** A connection was not made because its name leads to a place that is not public; the message says why. */
export class AddressRefused extends Error {
  readonly code = 'ERR_ADDRESS_REFUSED';
}

/**
 * The lookup of a socket that may connect to public addresses only: what was judged is what is connected to, so that a
 * name cannot answer one thing to the judge and another to the connection. Not asked for hosts that are addresses.
 */
export function publicLookup(resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    void resolve(host).then(addresses => {
      const refusal = addresses.map(addressRefusal).find(reason => reason !== null);
      const found = addresses.map(address => ({ address, family: isIPv6(address) ? 6 : 4 }));
      const [first] = found;
      if (refusal) callback(new AddressRefused(refusal), []);
      else if (!first) callback(Object.assign(new Error('The name has no address.'), { code: 'ENOTFOUND' }), []);
      else if (options.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}
