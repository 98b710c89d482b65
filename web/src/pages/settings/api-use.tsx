// How programs speak to this server: where its interface is described, and first lines that work.

import { Anchor, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMe } from "../../api/queries.ts";
import { CopiedCode } from "../../parts/copied-code.tsx";
import { Panel } from "../../parts/page.tsx";
import { clientExample, curlExample } from "./examples.ts";

export function ApiUse() {
  const { data: me } = useMe();
  const options = { address: location.origin, asksForKey: me?.kind !== "anybody" };
  return (
    <Stack gap="md">
      <Panel title="The interface">
        <Stack gap={6}>
          <Text size="sm">
            Everything that these pages do goes over one HTTP interface, and programs may do the same.
          </Text>
          <Anchor size="sm" href="/docs" target="_blank" rel="noreferrer">
            Every route with its forms, to be tried out
          </Anchor>
          <Anchor size="sm" href="/docs/json" target="_blank" rel="noreferrer">
            The same as an OpenAPI 3.1 document
          </Anchor>
          {options.asksForKey && (
            <Text size="sm">
              A program says who it is with an API key, in the header <code>x-api-key</code>;{" "}
              <Anchor
                size="sm"
                underline="always"
                renderRoot={(props) => (
                  <Link to={"/settings" as string} search={{ tab: "keys" } as never} {...props} />
                )}
              >
                keys are made here
              </Anchor>
              .
            </Text>
          )}
        </Stack>
      </Panel>
      <Panel
        title="At a command line"
        note="The models that there are; then the rows of a CSV file with the class and probability of each. For a POSIX shell, such as bash."
      >
        <CopiedCode label="Command lines" code={curlExample(options)} />
      </Panel>
      <Panel
        title="In TypeScript"
        note="The typed client comes with the package orbweaver. A file is sent, a job judges it, and its table is read."
      >
        <CopiedCode label="TypeScript" code={clientExample(options)} />
      </Panel>
    </Stack>
  );
}
