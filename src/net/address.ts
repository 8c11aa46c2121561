import ipaddr from 'ipaddr.js';

/** In the unicast range, but reachable only from machines in Azure, where it is their host. */
const CLOUD_HOST = '168.63.129.16';

/**
 * Whether an IP address belongs to the public Internet. IPv4 inside IPv6 is judged as IPv4 where it is only another
 * spelling of it (mapped, NAT64); tunnels (6to4, Teredo) count as not public, whatever they lead to.
 *
 * @param text an IPv4 or IPv6 address, without brackets
 * @returns null when it does, else a sentence on why not
 */
export function addressRefusal(text: string): string | null {
  if (!ipaddr.isValid(text)) return 'Its address cannot be read.';
  const address = withoutWrapping(ipaddr.process(text));
  if (address.toString() === CLOUD_HOST) return 'Its address is not public (the host of a cloud machine).';
  const range = address.range();
  if (range !== 'unicast') return `Its address is not public (${range}).`;
  // IPv6 outside 2000::/3 is not handed out to anyone.
  const global = address instanceof ipaddr.IPv4 || (address.parts[0] ?? 0) >> 13 === 1;
  return global ? null : 'Its address is not public (not assigned).';
}

/** NAT64 (64:ff9b::/96, RFC 6052) is how a network without IPv4 spells IPv4 addresses. */
function withoutWrapping(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address instanceof ipaddr.IPv4 || !address.match(ipaddr.IPv6.parseCIDR('64:ff9b::/96'))) return address;
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}
