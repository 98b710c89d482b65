// Says when a database may have changed: at once where its NOTIFY arrives, and every half second in any case.

import pg, { type Client } from "pg";
import { turns } from "../turns.ts";

const CHANNEL = "orbweaver_store";

/** Gives a first turn at once, and then one for whatever may have happened, until stopped. It listens on a connection of its own. */
export async function* followChannel(url: string, signal: AbortSignal): AsyncGenerator<undefined> {
  let listener: Client | undefined;
  try {
    yield* turns(signal, (due) => {
      if (listener !== undefined) return;
      const opened = new pg.Client({ connectionString: url, application_name: "orbweaver" });
      const lost = (): void => {
        // Asking goes on; the next turn tries again.
        if (listener === opened) listener = undefined;
        opened.end().catch(() => undefined);
      };
      listener = opened;
      opened.on("notification", due);
      opened.on("error", lost);
      opened.once("end", lost);
      opened
        .connect()
        .then(() => opened.query(`LISTEN ${CHANNEL}`))
        .then(due, lost);
    });
  } finally {
    const last = listener;
    listener = undefined;
    await last?.end().catch(() => undefined);
  }
}
