// A secret that the server gave, or took, and that nobody can see again.

import { Alert, Stack, Text } from "@mantine/core";
import { CopiedCode } from "../../parts/copied-code.tsx";

export function ShownOnce({ title, label, secret }: { title: string; label: string; secret: string }) {
  return (
    <Alert title={title} variant="light" color="petrol" role="status">
      <Stack gap="xs">
        <Text size="sm">
          It is shown this once: copy it now. Nobody can see it again, the server neither.
        </Text>
        <CopiedCode label={label} code={secret} />
      </Stack>
    </Alert>
  );
}
