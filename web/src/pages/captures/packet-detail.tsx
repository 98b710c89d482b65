// One packet: its layers in the order of the bytes, and the bytes themselves. The layer that is pointed at is marked among them.

import { Box, SimpleGrid, Table, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { count } from "../../parts/format.ts";
import { hexLines } from "./hex.ts";
import classes from "./packet-detail.module.css";
import type { Packet } from "./packet-words.ts";

export function PacketDetail({ packet }: { packet: Packet }) {
  const [marked, setMarked] = useState<number>();
  const layer = marked === undefined ? undefined : packet.layers[marked];
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" role="group" aria-label={`Frame ${packet.frame}`}>
      <div>
        <Text fw={600} size="sm" mb={4}>
          Frame {count(packet.frame)}: {count(packet.captured_length)} of {count(packet.wire_length)} bytes
          captured
        </Text>
        {packet.layers.map(({ name, start, length, fields }, index) => (
          <Box key={`${name} ${start}`} mb="xs">
            <UnstyledButton
              className={classes["layer"]}
              aria-pressed={marked === index}
              onClick={() => setMarked(marked === index ? undefined : index)}
            >
              {name}{" "}
              <Text span size="xs" c="dimmed">
                bytes {start} to {start + Math.max(0, length - 1)}
              </Text>
            </UnstyledButton>
            <Table aria-label={name} withRowBorders={false} verticalSpacing={1} layout="fixed">
              <Table.Tbody>
                {fields.map((field) => (
                  <Table.Tr key={field.name}>
                    <Table.Th scope="row" w={150} fw={400} style={{ verticalAlign: "top" }}>
                      <Text size="sm" c="dimmed" span>
                        {field.name}
                      </Text>
                    </Table.Th>
                    <Table.Td className={classes["value"]}>{field.value}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Box>
        ))}
      </div>
      <div>
        <Text fw={600} size="sm" mb={4}>
          Bytes
          {packet.hex.length / 2 < packet.captured_length && (
            <Text span size="sm" c="dimmed">
              {" "}
              (the first {count(packet.hex.length / 2)})
            </Text>
          )}
        </Text>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
        <section className={classes["hex"]} tabIndex={0} aria-label="Bytes of the frame">
          {hexLines(packet.hex).map(({ place, bytes }, line) => (
            <div key={place} className={classes["line"]}>
              <span className={classes["place"]}>{place}</span>
              <span className={classes["digits"]}>
                {bytes.map((byte, index) => {
                  const at = line * 16 + index;
                  const isMarked =
                    layer !== undefined && at >= layer.start && at < layer.start + layer.length;
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: bytes have their places, and nothing else
                    <span key={index} data-marked={isMarked || undefined}>
                      {byte.hex}
                    </span>
                  );
                })}
              </span>
              <span>{bytes.map(({ text }) => text).join("")}</span>
            </div>
          ))}
        </section>
      </div>
    </SimpleGrid>
  );
}
