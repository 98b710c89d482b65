// Balances the classes of a table of training rows.

import type { TableFile } from "../store/contract.ts";
import type { BalanceContext, BalanceOptions, BalanceResult } from "./contract.ts";

export async function balanceTable(
  _table: TableFile,
  _options: BalanceOptions,
  _context: BalanceContext,
): Promise<BalanceResult> {
  throw new Error("not built yet");
}
