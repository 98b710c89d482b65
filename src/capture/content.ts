// Says in a few words what the first bytes of a file look like, for the one line that a user reads when a file is
// not a capture. Guarantees: never throws, looks at no more than CONTENT_BYTES, prints no control characters.

/** How many bytes are worth waiting for before a name is given. */
export const CONTENT_BYTES = 512;

const QUOTED_CHARACTERS = 40;

interface Signature {
  name: string;
  /** Hexadecimal; `..` stands for any byte. */
  bytes: string;
  offset?: number;
}

const SIGNATURES: readonly Signature[] = [
  { name: "gzip-compressed data", bytes: "1f8b" },
  { name: "bzip2-compressed data", bytes: "425a68" },
  { name: "xz-compressed data", bytes: "fd377a585a00" },
  { name: "zstd-compressed data", bytes: "28b52ffd" },
  { name: "lz4-compressed data", bytes: "04224d18" },
  { name: "Unix compress data", bytes: "1f9d" },
  { name: "a ZIP archive", bytes: "504b0304" },
  { name: "an empty ZIP archive", bytes: "504b0506" },
  { name: "a 7-Zip archive", bytes: "377abcaf271c" },
  { name: "a RAR archive", bytes: "526172211a07" },
  { name: "a tar archive", bytes: "7573746172", offset: 257 },
  { name: "a snoop capture (RFC 1761)", bytes: "736e6f6f7000" },
  { name: "a Microsoft Network Monitor capture", bytes: "474d4255" },
  { name: "a Microsoft Network Monitor 1 capture", bytes: "52545353" },
  { name: "a Windows event trace or NetXray capture", bytes: "58435000" },
  { name: "an IXIA pcap capture", bytes: "1c0001a." },
  { name: "an IXIA pcap capture", bytes: "a.01001c" },
  { name: "an ELF program", bytes: "7f454c46" },
  { name: "a WebAssembly module", bytes: "0061736d" },
  { name: "a Mach-O program", bytes: "cffaedfe" },
  { name: "a Windows program", bytes: "4d5a" },
  { name: "a PDF document", bytes: "25504446" },
  { name: "a PNG image", bytes: "89504e47" },
  { name: "a JPEG image", bytes: "ffd8ff" },
  { name: "a GIF image", bytes: "47494638" },
  { name: "a Parquet table", bytes: "50415231" },
  { name: "an SQLite database", bytes: "53514c69746520666f726d6174" },
  { name: "UTF-16 text", bytes: "fffe" },
  { name: "UTF-16 text", bytes: "feff" },
];

/** A name for content that is no capture, such as `CSV text ("Src IP,Dst IP")` or `an ELF program`. */
export function describeContent(bytes: Uint8Array): string {
  const head = bytes.subarray(0, CONTENT_BYTES);
  if (head.length === 0) return "an empty file";
  const signature = SIGNATURES.find((candidate) => matches(head, candidate));
  if (signature !== undefined) return signature.name;
  if (isText(head)) return describeText(new TextDecoder("utf-8").decode(head));
  if (head.every((byte) => byte === 0)) return "zero bytes";
  return `unknown binary data (${quoteBytes(head)})`;
}

function matches(head: Uint8Array, { bytes, offset = 0 }: Signature): boolean {
  const length = bytes.length / 2;
  if (head.length < offset + length) return false;
  for (let index = 0; index < length; index++) {
    const text = head[offset + index].toString(16).padStart(2, "0");
    const wanted = bytes.slice(index * 2, index * 2 + 2);
    if (text[0] !== wanted[0] && wanted[0] !== ".") return false;
    if (text[1] !== wanted[1] && wanted[1] !== ".") return false;
  }
  return true;
}

/** No control characters but white space, and nearly everything valid UTF-8 (the cut at the end may split one). */
function isText(head: Uint8Array): boolean {
  for (const byte of head) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c) return false;
    if (byte === 0x7f) return false;
  }
  const decoded = new TextDecoder("utf-8").decode(head);
  return decoded.slice(0, -1).indexOf("\ufffd") === -1;
}

function describeText(text: string): string {
  const trimmed = text.replace(/^\ufeff/, "").trimStart();
  if (trimmed === "") return "blank text";
  return `${textKind(trimmed)} (${quoteLine(trimmed)})`;
}

function textKind(text: string): string {
  if (/^[{[]/.test(text)) return "JSON";
  if (/^<\?xml/i.test(text)) return "XML";
  if (/^<(!doctype|html)/i.test(text)) return "HTML";
  if (text.startsWith("#!")) return "a script";
  const line = text.split(/\r?\n/, 1)[0];
  for (const separator of [",", ";", "\t"]) {
    if (line.split(separator).length >= 3) return "CSV text";
  }
  return "text";
}

function quoteLine(text: string): string {
  const line = text.split(/\r?\n/, 1)[0].replace(/\s+/g, " ").trim();
  const characters = [...line];
  if (characters.length <= QUOTED_CHARACTERS) return `"${line}"`;
  return `"${characters.slice(0, QUOTED_CHARACTERS).join("")}…"`;
}

function quoteBytes(head: Uint8Array): string {
  const first = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return head.length > 8 ? `${first} …` : first;
}
