// Splits a table.

import type { TableFile } from "../store/contract.ts";
import type { SplitContext, SplitOptions, SplitResult } from "./contract.ts";

export async function splitTable(
  _table: TableFile,
  _options: SplitOptions,
  _context: SplitContext,
): Promise<SplitResult> {
  throw new Error("not built yet");
}
