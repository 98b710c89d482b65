// What stands where users, keys and the log would in a server that asks nobody who they are: how that begins.

import { Stack, Text } from "@mantine/core";
import { CopiedCode } from "../../parts/copied-code.tsx";
import { Panel } from "../../parts/page.tsx";

const FIRST_USER = "orbweaver user add NAME --role admin --generate";

export function Begin() {
  return (
    <Panel title="This server asks nobody who they are">
      <Stack gap="sm" maw={720}>
        <Text size="sm">
          Whoever reaches it may do everything, which is why it listens on this machine only. There are no
          passwords, sessions, API keys and no audit log of people, as long as nobody has a name.
        </Text>
        <Text size="sm">
          To begin, add the first user on the machine that the server runs on; the password is printed this
          once. Then start the server without <code>--no-auth</code>.
        </Text>
        <CopiedCode label="Add the first user" code={FIRST_USER} />
      </Stack>
    </Panel>
  );
}
