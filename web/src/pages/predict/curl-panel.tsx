// The same request as a command line, to be copied.

import { Text } from "@mantine/core";
import { useMe } from "../../api/queries.ts";
import { CodeText, CopyCode } from "../../parts/copied-code.tsx";
import { Panel } from "../../parts/page.tsx";
import { type CurlRequest, curlCommand } from "./curl.ts";

export function CurlPanel(request: Omit<CurlRequest, "address" | "asksForKey">) {
  const { data: me } = useMe();
  const asksForKey = me !== undefined && me.kind !== "anybody";
  const command = curlCommand({ ...request, address: location.origin, asksForKey });
  return (
    <Panel
      title="The same on the command line"
      note={
        asksForKey
          ? "ORBWEAVER_KEY holds an API key that may predict; Settings makes one."
          : "The server asks nobody for a key."
      }
      actions={<CopyCode label="Command" code={command} />}
    >
      <CodeText label="Command" code={command} />
      <Text size="xs" c="dimmed" mt={6}>
        For a POSIX shell, such as bash.
      </Text>
    </Panel>
  );
}
