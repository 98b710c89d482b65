// Pictures of pages of the console that runs, at desktop and phone width, light and dark, to be looked at.
//
//   npx tsx scripts/screenshots.ts --name admin --password … --out /tmp/pictures overview captures jobs/ID …
//
// Options: --address http://127.0.0.1:8085, --wait MS (for what comes late; 1500), --only desktop-light, --full (the whole page).

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createClient } from "../src/client/index.ts";
import { openBrowser, SIZES } from "../test/support/browser.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    address: { type: "string", default: "http://127.0.0.1:8085" },
    name: { type: "string" },
    password: { type: "string" },
    out: { type: "string", default: "screenshots" },
    wait: { type: "string", default: "1500" },
    only: { type: "string" },
    full: { type: "boolean", default: false },
  },
});

const browser = await openBrowser();
mkdirSync(values.out, { recursive: true });
const client = createClient({ baseUrl: values.address });
const tokens = values.name === undefined ? undefined : await client.login(values.name, values.password ?? "");
for (const path of positionals) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"] as const) {
      const variant = `${size}-${colorScheme}`;
      if (values.only !== undefined && values.only !== variant) continue;
      const { page, complaints } = await browser.open({ viewport, colorScheme });
      if (tokens !== undefined)
        await page
          .context()
          .addInitScript(`localStorage["orbweaver.tokens"] ??= ${JSON.stringify(JSON.stringify(tokens))}`);
      await page.goto(`${values.address}/console/${path}`);
      await page.waitForTimeout(Number(values.wait));
      const file = join(values.out, `${path.replaceAll(/[^\w-]+/g, "-")}-${variant}.png`);
      await page.screenshot({ path: file, fullPage: values.full });
      console.log(file, ...complaints);
      await page.context().close();
    }
  }
}
await browser.close();
