// What an audit found, worst first, and what else a reader of the figures must know.

import { Badge, Group, Stack, Text } from "@mantine/core";
import type { Finding } from "./types.ts";

const COLOURS = { error: "red", warning: "yellow", info: "gray" } as const;
const ORDER = ["error", "warning", "info"];

export function Findings({
  findings,
  remarks = [],
}: {
  /** Undefined where no audit was made. */
  findings: readonly Finding[] | undefined;
  remarks?: readonly string[];
}) {
  const sorted = [...(findings ?? [])].sort(
    (one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity),
  );
  return (
    <Stack gap="xs" mah={420} style={{ overflowY: "auto" }} tabIndex={0} role="group" aria-label="Findings">
      {findings === undefined && (
        <Text size="sm" c="dimmed">
          No audit is recorded.
        </Text>
      )}
      {findings?.length === 0 && <Text size="sm">The audit found nothing.</Text>}
      {sorted.map(({ code, severity, message }) => (
        <div key={`${code} ${message}`}>
          <Group gap={6}>
            <Badge
              size="sm"
              radius="sm"
              variant="light"
              color={COLOURS[severity]}
              tt="none"
              c="var(--mantine-color-text)"
            >
              {severity}
            </Badge>
            <Text size="sm" fw={600} className="mono">
              {code}
            </Text>
          </Group>
          <Text size="sm" className="foreign">
            {message}
          </Text>
        </div>
      ))}
      {remarks.map((remark) => (
        <Text key={remark} size="sm" c="dimmed" className="foreign">
          {remark}
        </Text>
      ))}
    </Stack>
  );
}
