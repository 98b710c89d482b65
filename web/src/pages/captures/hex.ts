// A frame as people read its bytes: sixteen in a line, with their place and what is printable of them.

export interface HexLine {
  /** Place of the first byte, in hexadecimal: "0010". */
  place: string;
  bytes: { hex: string; text: string }[];
}

const LINE_BYTES = 16;

/** @param hex the bytes in hexadecimal, two digits each */
export function hexLines(hex: string): HexLine[] {
  const lines: HexLine[] = [];
  for (let at = 0; at < hex.length; at += LINE_BYTES * 2) {
    const bytes: HexLine["bytes"] = [];
    for (let digit = at; digit < Math.min(hex.length, at + LINE_BYTES * 2); digit += 2) {
      const pair = hex.slice(digit, digit + 2);
      const code = Number.parseInt(pair, 16);
      bytes.push({ hex: pair, text: code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·" });
    }
    lines.push({ place: (at / 2).toString(16).padStart(4, "0"), bytes });
  }
  return lines;
}
