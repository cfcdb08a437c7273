/** The advisor's desk: who calls, the terminals, and beside them the one thing that is being done. */

import { type JSX, type RefObject, useEffect, useRef } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import type { DeskActions } from "../../model/desk/actions";
import { isLive } from "../../model/desk/cards";
import { DESK_KEYS, deskKeyOf } from "../../model/desk/keys";
import type { DeskModel } from "../../model/desk/model";
import type { ConsoleModel } from "../../model/model";
import { useWords } from "../../words/i18n";
import { EmptyBoard } from "../boards/empty_board";
import { nameOf } from "../parts/words_of";
import { middle, wide } from "../theme";
import { After } from "./after";
import { Calls } from "./calls";
import { Cards } from "./cards";
import { Connect } from "./connect";
import { Contact } from "./contact";
import { Heading, Key, Panel, Quiet, Row, Select } from "./parts";

/**
 * The terminals stay in sight: in a wide window beside what is being done, in a narrow one above it, where that alone is
 * scrolled. A low window, or one that is enlarged, has no height for that: there the page is scrolled as a whole.
 */
const NARROW = "@media (max-width: 1179px) and (min-height: 700px)";

const Bound = styled.div`
  ${NARROW} {
    display: flex;
    flex-direction: column;
    height: calc(100dvh - 32px);
  }
`;

const Layout = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  align-items: start;
  gap: 12px 16px;
  max-width: 1480px;
  margin: 0 auto;
  ${NARROW} {
    display: flex;
    flex: 1;
    flex-direction: column;
    align-items: stretch;
    width: 100%;
    min-height: 0;
  }
  ${wide} {
    grid-template-columns: 260px minmax(0, 1fr);
  }
`;

const Side = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 8px;
  ${NARROW} {
    position: relative;
    flex: none;
    max-height: 45dvh;
    overflow-y: auto;
  }
  ${wide} {
    position: sticky;
    top: 16px;
  }
`;

const Doing = styled.div`
  ${NARROW} {
    /* What only a screen reader tells scrolls with the rest. */
    position: relative;
    flex: 1;
    min-height: 0;
    overflow-y: auto;
  }
`;

const Top = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 4px 16px;
  max-width: 1480px;
  /* As high as who calls needs: nothing moves when they do. */
  min-height: 64px;
  margin: -4px auto 6px;
  h1 {
    font-size: 22px;
    font-weight: 600;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }
  && button {
    min-height: 40px;
    padding: 4px 12px;
  }
  kbd {
    display: none;
    ${middle} {
      display: inline;
    }
  }
`;

interface DeskProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

interface LookedProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
  readonly offline: boolean;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly targets: RefObject<HTMLDivElement | null>;
}

/** What was looked at is on the board no longer: somebody else has done with it. */
function Gone({ actions }: Pick<LookedProps, "actions">): JSX.Element {
  const { t } = useWords();
  return (
    <Panel data-gone={true} role="status">
      <Heading>{t("desk.contact.gone")}</Heading>
      <p>{t("desk.contact.gone_help")}</p>
      <Row>
        <Button onClick={actions.lookAway}>{t("desk.contact.gone_ok")}</Button>
      </Row>
    </Panel>
  );
}

function Looked(props: LookedProps): JSX.Element {
  const { desk, actions, targets } = props;
  const { looked } = desk;
  if (desk.state.shown.kind === "connect") {
    return <Connect {...props} />;
  }
  if (looked === null || looked.contact === null) {
    return <Gone actions={actions} />;
  }
  const { contact } = looked;
  return isLive(contact) ? (
    <Contact actions={actions} card={looked} contact={contact} desk={desk} key={contact.id} targets={targets} />
  ) : (
    <After actions={actions} card={looked} contact={contact} desk={desk} key={contact.id} />
  );
}

function useDeskKeys(model: ConsoleModel, act: Readonly<Record<"new" | "attend" | "move", () => void>>): void {
  const latest = useRef({ model, act });
  useEffect(() => {
    latest.current = { model, act };
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const key = latest.current.model.state.open === null ? deskKeyOf(event) : null;
      if (key !== null) {
        event.preventDefault();
        latest.current.act[key]();
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function Points({ desk, actions }: Pick<LookedProps, "desk" | "actions">): JSX.Element | null {
  const { t, language } = useWords();
  if (desk.points.length < 2 || desk.point === null) {
    return null;
  }
  return (
    <Select
      choices={desk.points.map(({ point }) => ({ value: point.id, label: nameOf(point, language) }))}
      label={t("desk.point")}
      name="point"
      onChoose={actions.choosePoint}
      value={desk.point.point.id}
    />
  );
}

export function Desk({ model, actions: { desk: actions } }: DeskProps): JSX.Element {
  const { t, language } = useWords();
  const { desk } = model;
  const field = useRef<HTMLInputElement>(null);
  const targets = useRef<HTMLDivElement>(null);
  const contact = desk.looked?.contact ?? null;
  const begin = (): void => {
    actions.lookAway();
    // In the search already, it only takes the focus.
    field.current?.focus();
  };
  useDeskKeys(model, {
    new: begin,
    attend: () => {
      if (contact !== null && isLive(contact)) {
        actions.attend(contact.id, contact.attending !== desk.me);
      }
    },
    move: () => targets.current?.querySelector("button")?.focus(),
  });
  if (desk.point === null) {
    return <EmptyBoard heading={t("desk.heading")}>{t("desk.empty")}</EmptyBoard>;
  }
  return (
    <Bound data-desk={desk.point.point.id} data-shown={desk.state.shown.kind}>
      <Top>
        <h1>{nameOf(desk.point.point, language)}</h1>
        <Calls actions={actions} desk={desk} />
        <Row>
          <Key aria-hidden="true">{DESK_KEYS.new}</Key>
          <Button aria-keyshortcuts="Alt+N" onClick={begin} variant="secondary">
            {t("desk.new")}
          </Button>
        </Row>
      </Top>
      <Layout>
        <Side>
          <Points actions={actions} desk={desk} />
          {desk.cards.length === 0 ? <Quiet>{t("desk.no_terminals")}</Quiet> : <Cards actions={actions} desk={desk} />}
        </Side>
        <Doing>
          <Looked
            actions={actions}
            desk={desk}
            field={field}
            offline={model.state.connection.kind === "offline"}
            targets={targets}
          />
        </Doing>
      </Layout>
    </Bound>
  );
}
