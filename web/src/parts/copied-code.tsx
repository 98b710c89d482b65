// Text to be taken elsewhere - a command, a key - with a button that copies it.

import { Button, Code, CopyButton, Group, Stack } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

/** A text with the button below it. */
export function CopiedCode({ label, code }: { label: string; code: string }) {
  return (
    <Stack gap={6}>
      <CodeText label={label} code={code} />
      <Group>
        <CopyCode label={label} code={code} />
      </Group>
    </Stack>
  );
}

/** The text alone; it scrolls within itself. */
export function CodeText({ label, code }: { label: string; code: string }) {
  return (
    <Code
      block
      tabIndex={0}
      role="region"
      aria-label={label}
      mah={320}
      style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", overflowY: "auto" }}
    >
      {code}
    </Code>
  );
}

/** The button alone. */
export function CopyCode({ label, code }: { label: string; code: string }) {
  return (
    <CopyButton value={code} timeout={2_000}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant="default"
          aria-label={`Copy: ${label}`}
          leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          onClick={copy}
        >
          {copied ? "Copied" : "Copy"}
        </Button>
      )}
    </CopyButton>
  );
}
