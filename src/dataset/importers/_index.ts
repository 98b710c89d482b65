// The importers, in the order in which they are asked whether a source is theirs: the particular before the general.

import { OrbweaverError } from "../../base/errors.ts";
import { antinexImporter } from "./antinex.ts";
import { apaImporter } from "./apa.ts";
import { argusImporter } from "./argus.ts";
import { cicImporter } from "./cic.ts";
import type { Importer } from "./contract.ts";
import { csvImporter } from "./csv.ts";
import { eveImporter } from "./eve.ts";
import { jsonLinesImporter } from "./jsonl.ts";
import { kddImporter, nslKddImporter } from "./kdd.ts";
import { lineProtocolImporter } from "./line-protocol.ts";
import { parquetImporter } from "./parquet.ts";
import { rowsImporter } from "./rows.ts";
import { unswImporter } from "./unsw.ts";
import { zeekImporter } from "./zeek.ts";

export const IMPORTERS: readonly Importer[] = [
  cicImporter,
  kddImporter,
  nslKddImporter,
  apaImporter,
  antinexImporter,
  rowsImporter,
  zeekImporter,
  eveImporter,
  argusImporter,
  unswImporter,
  jsonLinesImporter,
  lineProtocolImporter,
  parquetImporter,
  csvImporter,
];

/** Throws `usage` for an id that is none. */
export function importerById(id: string): Importer {
  const found = IMPORTERS.find((importer) => importer.id === id);
  if (found !== undefined) return found;
  throw new OrbweaverError(
    "usage",
    `there is no importer '${id}'; there are ${IMPORTERS.map((importer) => importer.id).join(", ")}`,
  );
}
