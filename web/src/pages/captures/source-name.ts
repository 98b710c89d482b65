// A name that a source may have, made of that of a file.

const NAME_MAX = 60;

export function sourceName(file: string): string {
  const plain = file
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "");
  return plain.slice(0, NAME_MAX) || "capture";
}
