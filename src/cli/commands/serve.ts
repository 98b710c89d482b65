// orbweaver serve: models behind an HTTP interface.

import type { Command } from "commander";
import { jsonText } from "../json.ts";
import { examples } from "../options.ts";
import { type ServeOptions, servedUntilStopped, withServeOptions } from "../serving.ts";
import type { Shell } from "../shell.ts";

export function registerServe(program: Command, shell: Shell): void {
  const command = program
    .command("serve")
    .summary("models behind an HTTP interface")
    .description(
      "Serve models over HTTP until Ctrl-C: predictions for rows in JSON, CSV and JSON lines, KServe V1, the Open Inference Protocol (V2), the registry, and a page that shows it all at /docs. A model that is promoted is in charge of the next request.",
    );
  withServeOptions(command)
    .addHelpText(
      "after",
      examples([
        ["orbweaver serve", "The champion, or the bundled model, on http://127.0.0.1:8085"],
        ["orbweaver serve --model kdd --shadow kdd@challenger", "A champion, and its challenger beside it"],
        [
          "orbweaver serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem",
          "For others, once there is a user",
        ],
        [
          "orbweaver serve --model ids=model.orb --model bundled --port 9000",
          "Two models, one of them a file",
        ],
        [
          `curl -s http://127.0.0.1:8085/predict -H 'content-type: application/json' -d '{"duration": 0}'`,
          "Ask for a verdict",
        ],
      ]),
    )
    .action((options: ServeOptions) =>
      shell.run(options, (console, signal) =>
        servedUntilStopped({ console, signal, options, hasConsole: false }, async ({ address, charge }) => {
          if (options.json) {
            await console.line(jsonText({ type: "serving", address, models: charge.names }));
            return;
          }
          await console.line(`Serving ${charge.names.join(", ")} on ${address}`);
          await console.line(`The interface: ${address}/docs`);
        }),
      ),
    );
}
