// Who sent a request when proxies stand before the server: X-Forwarded-For counts only from addresses and networks that the
// administrator trusts (GEOMIG_TRUSTED_PROXIES), read from the right, so that nobody writes an address of his own choice (SEC13, D34).
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The words that stand for networks, as in the settings. */
const words: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** The address without zone, an IPv4 address mapped into IPv6 as IPv4; null when it is none. */
export function plainAddress(text: string): string | null {
  const bare = text.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(bare)?.[1] ?? bare;
  return isIP(mapped) === 0 ? null : mapped;
}

export const loopback = (address: string): boolean => {
  const plain = plainAddress(address);
  return plain !== null && (plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.')));
};

/** Tells whether an address is a trusted proxy. `list`: addresses, networks in CIDR notation, loopback, linklocal, uniquelocal. @throws Error on anything else */
export function trustedBy(list: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const entry of list.flatMap(one => words[one.toLowerCase()] ?? [one])) {
    const [network = '', length] = entry.split('/', 2);
    const plain = plainAddress(network);
    const prefix = length === undefined ? undefined : Number(length);
    const most = plain !== null && isIP(plain) === 6 ? 128 : 32;
    if (plain === null || (prefix !== undefined && !(prefix >= 0 && prefix <= most)))
      throw new Error(`GEOMIG_TRUSTED_PROXIES: "${entry}" is not an address or network such as 10.0.0.0/8`);
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) trusted.addAddress(plain, family);
    else trusted.addSubnet(plain, prefix, family);
  }
  return address => {
    const plain = plainAddress(address);
    return plain !== null && trusted.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  };
}

/** An entry of X-Forwarded-For; some proxies write the port too. */
function forwardedAddress(entry: string): string | null {
  const text = entry.trim();
  return plainAddress(/^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d[\d.]*):\d+$/.exec(text)?.[1] ?? text);
}

/** The client's address: the nearest one in the chain that is no trusted proxy. What cannot be read ends the chain. */
export function clientAddress(request: IncomingMessage, trusted: (address: string) => boolean): string {
  const remote = request.socket.remoteAddress ?? '';
  let client = plainAddress(remote) ?? remote;
  const chain = String(request.headers['x-forwarded-for'] ?? '').split(',');
  while (trusted(client) && chain.length > 0) {
    const before = forwardedAddress(chain.pop() ?? '');
    if (before === null) break;
    client = before;
  }
  return client;
}
