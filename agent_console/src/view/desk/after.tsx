/** After the call: what became of it, what is left to do at the counter, and on to the next. */

import type { BoardContactView } from "@palvelurinki/call_kit";
import { errorText } from "@palvelurinki/call_kit/words";
import { type JSX, useEffect, useRef } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { DeskActions } from "../../model/desk/actions";
import type { Card } from "../../model/desk/cards";
import type { DeskModel } from "../../model/desk/model";
import { serviceOf } from "../../model/desk/offering";
import { useWords } from "../../words/i18n";
import { CopyReference } from "../parts/copy_button";
import { nameOf } from "../parts/words_of";
import { focus, highlight, line } from "../theme";
import { Box, Heading, Panel, Quiet, Row, Small, Wrong } from "./parts";

const Tasks = styled.ul`
  label {
    display: flex;
    align-items: flex-start;
    gap: 12px;
    min-height: 44px;
    padding: 8px 0;
    border-bottom: 1px solid ${line};
    line-height: 1.4;
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  input {
    flex: none;
    width: 22px;
    height: 22px;
    margin: 0;
    accent-color: ${highlight};
  }
  input:focus-visible {
    outline: 3px solid ${focus};
    outline-offset: 2px;
  }
`;

interface AfterProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
  readonly card: Card;
  readonly contact: BoardContactView;
}

function Conclusion({ contact }: Pick<AfterProps, "contact">): JSX.Element | null {
  const { t } = useWords();
  const { conclusion } = contact;
  if (conclusion === null) {
    // Nobody has anything to write down of what came to no call.
    return contact.outcome === "served" ? <Quiet>{t("desk.after.no_conclusion")}</Quiet> : null;
  }
  return (
    <Box data-conclusion={conclusion.resolution}>
      <div>
        <Small>{t("desk.after.conclusion")}</Small>
        <p>{t(`conclude.resolution.${conclusion.resolution}`)}</p>
      </div>
      {conclusion.follow_ups.length > 0 && (
        <div>
          <Small>{t("desk.after.follow_up")}</Small>
          <ul>
            {conclusion.follow_ups.map((each) => (
              <li data-follow-up={each} key={each}>
                {t(`conclude.follow_up.${each}`)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Box>
  );
}

export function After({ desk, actions, card, contact }: AfterProps): JSX.Element {
  const { t, language } = useWords();
  const place = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) {
      place.current?.focus();
    }
  }, []);
  const tasks = serviceOf(desk.catalogue, contact.service.id)?.guidance.tasks ?? [];
  const ticked = desk.state.ticked.get(contact.id) ?? new Set<string>();
  const left = tasks.filter(({ id }) => !ticked.has(id)).length;
  const code = desk.state.failures.get(contact.id) ?? null;
  const again = (): void =>
    actions.sameCustomer({
      visit: contact.visit,
      identity: contact.identity,
      language: contact.language,
      interpreter: contact.interpreter,
      terminal: card.id,
    });
  return (
    <Panel data-after={contact.id} data-outcome={contact.outcome ?? "none"}>
      <Heading ref={place} tabIndex={-1}>
        {t("desk.after.heading")}
      </Heading>
      <p>
        <strong>{nameOf(contact.service, language)}</strong>
        {contact.outcome !== null && ` · ${t(`desk.after.outcome.${contact.outcome}`)}`}
      </p>
      <Wrong of={desk.state.amending?.contact === contact.id ? "amend_gone" : null}>
        {t("desk.contact.amend_gone")}
      </Wrong>
      <Conclusion contact={contact} />
      <Box>
        <Small>{t("desk.after.tasks")}</Small>
        {tasks.length === 0 ? (
          <Quiet>{t("desk.after.no_tasks")}</Quiet>
        ) : (
          <Tasks>
            {tasks.map((task) => (
              <li key={task.id}>
                <label>
                  <input
                    checked={ticked.has(task.id)}
                    data-task={task.id}
                    onChange={(event) => actions.tick(contact.id, task.id, event.target.checked)}
                    type="checkbox"
                  />
                  {nameOf(task, language)}
                </label>
              </li>
            ))}
          </Tasks>
        )}
      </Box>
      <div>
        <Small>{t("desk.contact.reference")}</Small>
        <CopyReference key={contact.id} reference={contact.reference} />
      </div>
      <Wrong of={code}>{code !== null && errorText(language, code)}</Wrong>
      <Row>
        <Button aria-disabled={desk.state.pending.has(contact.id)} onClick={() => actions.finish(contact.id)}>
          {left === 0 ? t("desk.after.finish") : t("desk.after.finish_left", { count: left })}
        </Button>
        <Button onClick={again} variant="secondary">
          {t("desk.after.again")}
        </Button>
      </Row>
    </Panel>
  );
}
