// Addresses as text. Words are four big-endian 32-bit integers; IPv4 is mapped (0, 0, 0xffff, address).

/** Dotted quad of one word. */
export function ipv4Text(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

/** Text of four words: dotted quad for mapped IPv4, RFC 5952 form for IPv6. */
export function addressText(word0: number, word1: number, word2: number, word3: number): string {
  if (word0 === 0 && word1 === 0 && word2 === 0xffff) return ipv4Text(word3);
  const groups: number[] = [];
  for (const word of [word0, word1, word2, word3]) groups.push(word >>> 16, word & 0xffff);
  const run = longestZeroRun(groups);
  if (run.length < 2) return groups.map((group) => group.toString(16)).join(":");
  const head = groups.slice(0, run.start).map((group) => group.toString(16));
  const tail = groups.slice(run.start + run.length).map((group) => group.toString(16));
  return `${head.join(":")}::${tail.join(":")}`;
}

/** The four words of an address in text, or undefined when it is none. */
export function parseAddress(text: string): [number, number, number, number] | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return [0, 0, 0xffff, ipv4];
  return text.includes(":") ? parseIpv6(text) : undefined;
}

function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let word = 0;
  for (const part of match.slice(1)) {
    const value = Number(part);
    if (value > 255) return undefined;
    word = (word << 8) | value;
  }
  return word;
}

function parseIpv6(text: string): [number, number, number, number] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]);
  const tail = halves.length === 2 ? parseGroups(halves[1]) : [];
  if (head === undefined || tail === undefined) return undefined;
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const groups = [...head, ...new Array<number>(halves.length === 2 ? gap : 0).fill(0), ...tail];
  const word = (index: number): number => (groups[index * 2] << 16) | groups[index * 2 + 1];
  return [word(0), word(1), word(2), word(3)];
}

function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  for (const part of text.split(":")) {
    const embedded = part.includes(".") ? parseIpv4(part) : undefined;
    if (embedded !== undefined) groups.push(embedded >>> 16, embedded & 0xffff);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function longestZeroRun(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let index = 0; index < groups.length; index++) {
    let length = 0;
    while (index + length < groups.length && groups[index + length] === 0) length++;
    if (length > best.length) best = { start: index, length };
    index += length;
  }
  return best;
}
