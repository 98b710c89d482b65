// Alerts of a live source: attack flows that belong together, with what speaks for them.

import { Anchor, Badge, Button, Code, Collapse, Group, List, Stack, Table, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, memo, useState } from "react";
import { api, data, type Schemas } from "../../api/client.ts";
import { ClassBadge } from "../../parts/class-badge.tsx";
import { bytes, count, duration, momentOfUs, percent } from "../../parts/format.ts";
import { Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { portsText, whoText } from "./alert-words.ts";

const ASK_MS = 2_000;
/** Alerts shown until more are asked for. */
const SHOWN = 8;
const MICROSECONDS = 1e6;
const COLUMNS = 7;

type Alert = Schemas["LiveAlert"];

export const Alerts = memo(function Alerts({ name, isOver }: { name: string; isOver: boolean }) {
  const query = useQuery({
    queryKey: ["source", name, "alerts"],
    queryFn: () => data(api.GET("/sources/{name}/alerts", { params: { path: { name } } })),
    refetchInterval: isOver ? false : ASK_MS,
  });
  return (
    <Panel
      title="Alerts"
      note="Attack flows that belong together. Those that go on come first; of each kind the last 100 are kept."
    >
      <Asked query={query} what="alerts">
        {({ alerts }) =>
          alerts.length === 0 ? (
            <Empty title="No alert so far">No flow was judged an attack.</Empty>
          ) : (
            <AlertTable name={name} alerts={alerts} />
          )
        }
      </Asked>
    </Panel>
  );
});

function AlertTable({ name, alerts }: { name: string; alerts: readonly Alert[] }) {
  const [opened, setOpened] = useState<string>();
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? alerts : alerts.slice(0, SHOWN);
  return (
    <>
      <Table.ScrollContainer minWidth={860} type="native" scrollAreaProps={{ tabIndex: 0 }}>
        <Table aria-label="Alerts" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Class</Table.Th>
              <Table.Th>Who</Table.Th>
              <Table.Th ta="right">Flows</Table.Th>
              <Table.Th ta="right">Packets</Table.Th>
              <Table.Th ta="right">Bytes</Table.Th>
              <Table.Th>Last flow (UTC)</Table.Th>
              <Table.Th>State</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((alert) => {
              const key = `${alert.run}-${alert.alert}`;
              const isOpen = opened === key;
              return (
                <Fragment key={key}>
                  <AlertRow
                    alert={alert}
                    isOpen={isOpen}
                    onToggle={() => setOpened(isOpen ? undefined : key)}
                  />
                  <Table.Tr style={isOpen ? undefined : { borderWidth: 0 }}>
                    <Table.Td colSpan={COLUMNS} p={0}>
                      <Collapse expanded={isOpen}>
                        {isOpen && <Evidence name={name} alert={alert} />}
                      </Collapse>
                    </Table.Td>
                  </Table.Tr>
                </Fragment>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {alerts.length > SHOWN && (
        <Button size="compact-sm" variant="subtle" onClick={() => setWhole(!isWhole)}>
          {isWhole ? `Show ${SHOWN}` : `Show all ${count(alerts.length)}`}
        </Button>
      )}
    </>
  );
}

interface AlertRowProps {
  alert: Alert;
  isOpen: boolean;
  onToggle: () => void;
}

function AlertRow({ alert, isOpen, onToggle }: AlertRowProps) {
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            px={2}
            aria-expanded={isOpen}
            aria-label={`Evidence of alert ${alert.alert}`}
            onClick={onToggle}
          >
            <Chevron size={16} aria-hidden />
          </Button>
          <ClassBadge name={alert.class} attack />
        </Group>
      </Table.Td>
      <Table.Td className="foreign">{whoText(alert)}</Table.Td>
      <Table.Td className="number">{count(alert.flows)}</Table.Td>
      <Table.Td className="number">{count(alert.packets)}</Table.Td>
      <Table.Td className="number">{bytes(alert.wireBytes)}</Table.Td>
      <Table.Td className="mono" style={{ whiteSpace: "nowrap" }}>
        {momentOfUs(alert.lastUs).slice(0, 19)}
      </Table.Td>
      <Table.Td>
        <Badge variant="light" tt="none" radius="sm" color={alert.open ? "orange" : "gray"}>
          {alert.open ? "goes on" : "ended"}
        </Badge>
      </Table.Td>
    </Table.Tr>
  );
}

function Evidence({ name, alert }: { name: string; alert: Alert }) {
  const lasted = (alert.lastUs - alert.firstUs) / MICROSECONDS;
  return (
    <Stack gap={6} px="lg" py="sm">
      <Text size="sm">
        From {momentOfUs(alert.firstUs)} to {momentOfUs(alert.lastUs)} UTC, {duration(lasted)};{" "}
        {alert.transport}
        {portsText(alert)}. The strongest flow was judged {alert.class} with {percent(alert.probabilityMax)}:
      </Text>
      <List size="sm" withPadding>
        {alert.reasons.map(({ feature, text }) => (
          <List.Item key={feature} className="foreign">
            {text}
          </List.Item>
        ))}
      </List>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          First flows:
        </Text>
        {alert.communityIds.map((id) => (
          <Anchor
            key={id}
            renderRoot={(props) => (
              <Link
                to={`/live/${encodeURIComponent(name)}` as string}
                search={{ community_id: id } as never}
                {...props}
              />
            )}
          >
            <Code>{id}</Code>
          </Anchor>
        ))}
      </Group>
    </Stack>
  );
}
