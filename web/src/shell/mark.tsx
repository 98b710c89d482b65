// The name of the system, as it stands at the top.

import { Group, Text } from "@mantine/core";
import icon from "./mark.svg";

export function Mark() {
  return (
    <Group gap={8} wrap="nowrap">
      <img src={icon} alt="" width={24} height={24} />
      <Text fw={700}>Orbweaver</Text>
    </Group>
  );
}
