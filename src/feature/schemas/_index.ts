// The schemas of the house, by id. One file each in this folder.

import type { Schema } from "../schema.ts";
import { antinexLegacySchema, antinexSchema } from "./antinex.ts";
import { apaLiveSchema, apaSchema } from "./apa.ts";
import { CIC_SCHEMAS } from "./cic.ts";
import { flowSchema } from "./flow.ts";
import { kdd100Schema, kddExtractorSchema, kddSchema } from "./kdd.ts";

export const SCHEMAS: readonly Schema[] = [
  flowSchema,
  kddSchema,
  kdd100Schema,
  kddExtractorSchema,
  apaSchema,
  apaLiveSchema,
  antinexSchema,
  antinexLegacySchema,
  ...CIC_SCHEMAS,
];
