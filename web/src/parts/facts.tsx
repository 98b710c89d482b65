// Whatever an answer holds as a table of names and values, what is nested a little further in. Bounded in depth and length; texts
// are only ever texts.

import { Table, Text } from "@mantine/core";
import { factLines } from "./facts-words.ts";

/** Pixels that each depth stands further in. */
const INDENT = 16;

export function Facts({ value, label }: { value: unknown; label: string }) {
  const lines = factLines(value);
  return (
    <Table aria-label={label} layout="fixed" verticalSpacing={4}>
      <Table.Tbody>
        {lines.map(({ key, depth, name, text }) => (
          <Table.Tr key={key}>
            <Table.Th
              scope="row"
              w="45%"
              pl={`calc(var(--mantine-spacing-sm) + ${depth * INDENT}px)`}
              fw={text === undefined ? 600 : 400}
              style={{ verticalAlign: "top" }}
              colSpan={text === undefined ? 2 : 1}
            >
              <Text size="sm" c={text === undefined ? undefined : "dimmed"} inherit span className="foreign">
                {name}
              </Text>
            </Table.Th>
            {text !== undefined && (
              <Table.Td>
                <Text size="sm" span className="foreign">
                  {text}
                </Text>
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
