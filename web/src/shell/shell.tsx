// What stands around every page: where one can go, who is logged in, and how it looks. Leads to the login where the server asks
// who one is.

import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLogout, IconMoon, IconSun, IconUser } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { ApiError, api, client, data, forgetLogin } from "../api/client.ts";
import { useMe } from "../api/queries.ts";
import { Failure, Loading } from "../parts/states.tsx";
import { Mark } from "./mark.tsx";
import { PLACES } from "./places.ts";

/** Keys after "g": g o goes to the overview. */
const GO_MS = 1_200;

export function Shell() {
  const [isOpen, menu] = useDisclosure(false);
  const { pathname } = useLocation();
  const me = useMe();
  useGoKeys();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the address changes
  useEffect(() => menu.close(), [pathname]);
  const navigate = useNavigate();
  const isRefused = me.error instanceof ApiError && me.error.status === 401;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is refused; the address then changes
  useEffect(() => {
    if (!isRefused) return;
    forgetLogin();
    void navigate({ to: "/login" as string, search: { to: pathname } as never, replace: true });
  }, [isRefused]);
  if (me.isPending || isRefused) return <Loading />;
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a href="#main" className="skip-link">
        Skip to the page
      </a>
      <AppShell.Header bg="var(--console-panel)">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Link to={"/overview" as string} style={{ color: "inherit", textDecoration: "none" }}>
              <Mark />
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ModelInCharge />
            <SchemeButton />
            <Who />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" bg="var(--console-panel)" aria-label="Pages">
        <ScrollArea>
          {PLACES.map(({ to, text, icon: Icon, key }) => (
            <NavLink
              key={to}
              label={text}
              leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
              active={pathname === to || pathname.startsWith(`${to}/`)}
              aria-keyshortcuts={`g ${key}`}
              renderRoot={(props) => <Link to={to as string} {...props} />}
            />
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main" style={{ minWidth: 0 }}>
        {me.isError ? <Failure failure={me.error} retry={() => void me.refetch()} /> : <Outlet />}
      </AppShell.Main>
    </AppShell>
  );
}

function ModelInCharge() {
  const { data: root } = useQuery({
    queryKey: ["root"],
    queryFn: () => data(api.GET("/")),
    refetchInterval: 15_000,
    retry: false,
  });
  if (root === undefined) return null;
  return (
    <Tooltip label="The model in charge">
      <Text size="sm" c="dimmed" visibleFrom="xs" className="foreign" maw={320} truncate>
        {root.model} {root.model_version}
      </Text>
    </Tooltip>
  );
}

function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "light" ? "dark" : "light";
  return (
    <Tooltip label={`Use the ${other} scheme`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Use the ${other} scheme`}
        onClick={() => setColorScheme(other)}
      >
        {scheme === "light" ? <IconMoon size={18} /> : <IconSun size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

function Who() {
  const { data: me } = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  if (me === undefined || me.kind === "anybody") return null;
  const logout = async (): Promise<void> => {
    await client.logout().catch(() => undefined);
    forgetLogin();
    queries.clear();
    await navigate({ to: "/login" as string });
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconUser size={16} aria-hidden />}
          c="var(--mantine-color-text)"
        >
          {me.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>May {me.permissions.join(", ")}</Menu.Label>
        <Menu.Item renderRoot={(props) => <Link to={"/settings" as string} {...props} />}>Settings</Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void logout()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** "g", then the letter of a page, goes there, unless something is being written. */
function useGoKeys(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let before = 0;
    const hear = (event: KeyboardEvent): void => {
      const isWriting =
        event.target instanceof HTMLElement &&
        event.target.matches("input, textarea, select, [contenteditable]");
      if (isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "g") before = event.timeStamp;
      else if (before > 0 && event.timeStamp - before < GO_MS) {
        before = 0;
        const place = PLACES.find(({ key }) => key === event.key);
        if (place !== undefined) void navigate({ to: place.to as string });
      }
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [navigate]);
}
