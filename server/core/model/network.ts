// Who counts as one where shares, rates and failed attempts are counted by address.

/** An IPv4 address as it is; of an IPv6 address its first 64 bits: one household or host has them all, and its addresses are one. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const whole =
    tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0'), ...after];
  return whole
    .slice(0, 4)
    .map(group => parseInt(group, 16).toString(16))
    .join(':');
}
