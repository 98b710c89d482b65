// Results as JSON for machines: keys in snake_case, as in row files; NaN and infinities as null.

/** Keys whose content is named by data - classes, protocols, reasons - and keeps its names. */
const DATA_MAPS = new Set([
  "aliases", "byClass", "cast", "flowsEnded", "ended", "map", "rename", "role", "layers", "ipProtocols", "measures", "options", "parameters", "parts", "sources", "classes", "scenarios",
]); // biome-ignore format: a list

export function jsonText(value: unknown): string {
  return JSON.stringify(renamed(value, false));
}

function renamed(value: unknown, keepsNames: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, false));
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
    keepsNames ? key : snakeCase(key),
    renamed(item, DATA_MAPS.has(key)),
  ]);
  return Object.fromEntries(entries);
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
