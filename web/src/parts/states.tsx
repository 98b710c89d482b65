// What stands where data would: nothing yet, on its way, failed, or not allowed. Every page uses these four.

import { Alert, Button, Center, Code, Group, Loader, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconInbox, IconLock, IconRefresh } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError } from "../api/client.ts";

/** Loaders that come and go at once only flicker. */
const LOADER_AFTER_MS = 200;

export function Loading({ what }: { what?: string }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LOADER_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Center mih={120} role="status" aria-live="polite">
      {isLong && (
        <Group gap="sm">
          <Loader size="sm" />
          <Text c="dimmed" size="sm">
            {what === undefined ? "Loading …" : `Loading ${what} …`}
          </Text>
        </Group>
      )}
    </Center>
  );
}

/** Nothing is there; says what would be, and offers the way to it. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Center mih={160} p="md">
      <Stack align="center" gap="xs" maw={520}>
        <IconInbox size={28} stroke={1.4} aria-hidden color="var(--mantine-color-dimmed)" />
        <Text fw={600} ta="center">
          {title}
        </Text>
        {children !== undefined && (
          <Text c="dimmed" size="sm" ta="center" component="div">
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  );
}

/** What went wrong, in the server's words, with what to do; and the ways out. */
export function Failure({ failure, retry }: { failure: unknown; retry?: () => void }) {
  const known = failure instanceof ApiError ? failure : undefined;
  if (known?.status === 401) return <LoggedOut />;
  if (known?.status === 403) return <NotAllowed>{known.message}</NotAllowed>;
  const title = known === undefined ? "The server cannot be reached" : (known.problem?.title ?? "It failed");
  const hint =
    known === undefined
      ? "Is it still running, and is this page from the same address? It is tried again."
      : known.hint;
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={title} role="alert" variant="light">
      <Stack gap={6} align="flex-start">
        <Text size="sm" className="foreign">
          {failure instanceof Error ? failure.message : String(failure)}
        </Text>
        {(known?.problem?.errors ?? []).map(({ field, found, expected }) => (
          <Text size="sm" key={field} className="foreign">
            <Code>{field}</Code>: found {found}, expected {expected}
          </Text>
        ))}
        {hint !== "" && (
          <Text size="sm" c="dimmed" className="foreign">
            {hint}
          </Text>
        )}
        {retry !== undefined && (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function NotAllowed({ children }: { children?: ReactNode }) {
  return (
    <Center mih={160} p="md">
      <Stack align="center" gap="xs" maw={480}>
        <IconLock size={28} stroke={1.4} aria-hidden color="var(--mantine-color-dimmed)" />
        <Text fw={600}>Your role does not allow this</Text>
        <Text c="dimmed" size="sm" ta="center">
          {children ?? "An administrator can give you another role in Settings."}
        </Text>
      </Stack>
    </Center>
  );
}

function LoggedOut() {
  return (
    <Center mih={160} p="md">
      <Stack align="center" gap="xs">
        <IconLock size={28} stroke={1.4} aria-hidden color="var(--mantine-color-dimmed)" />
        <Text fw={600}>You are not logged in any more</Text>
        <Button size="xs" renderRoot={(props) => <Link to={"/login" as string} {...props} />}>
          Log in
        </Button>
      </Stack>
    </Center>
  );
}

/** The data of a query, or the state that stands in its place. */
export function Asked<Value>({
  query,
  what,
  children,
}: {
  query: UseQueryResult<Value>;
  what?: string;
  children: (value: Value) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failure failure={query.error} retry={() => void query.refetch()} />;
  return <Loading what={what} />;
}
