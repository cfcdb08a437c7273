/** What comes after the present contact: added, or dropped again. */

import type { BoardContactView } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { DeskActions } from "../../model/desk/actions";
import { FURTHER_MOST } from "../../model/desk/draft";
import type { DeskModel } from "../../model/desk/model";
import { useWords } from "../../words/i18n";
import { nameOf } from "../parts/words_of";
import { line } from "../theme";
import { AddMatter } from "./further";
import { Box, Quiet, Row, Small } from "./parts";

const Items = styled.ol`
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 12px;
    padding: 6px 0;
    border-bottom: 1px solid ${line};
  }
  span {
    flex: 1 1 140px;
    min-width: 0;
    overflow-wrap: anywhere;
  }
`;

const Next = styled(Box)`
  padding-top: 12px;
  border-top: 1px solid ${line};
`;

interface ContactNextProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
  readonly contact: BoardContactView;
}

export function ContactNext({ desk, actions, contact }: ContactNextProps): JSX.Element {
  const { t, language } = useWords();
  const { opened } = desk.state;
  const adding = opened?.contact === contact.id && opened.what === "adding";
  const full = contact.further.length >= FURTHER_MOST;
  return (
    <Next data-next={contact.further.length}>
      <Small>{t("desk.contact.further")}</Small>
      {contact.further.length === 0 ? (
        <Quiet>{t("desk.contact.no_further")}</Quiet>
      ) : (
        <Items>
          {contact.further.map((matter) => (
            <li data-further={matter.service.id} key={matter.id}>
              <span>{`${nameOf(matter.service, language)}, ${nameOf(matter.provider, language)}`}</span>
              <Button onClick={() => actions.dropMatter(contact.id, matter.id)} variant="secondary">
                {t("desk.further.drop", { service: nameOf(matter.service, language) })}
              </Button>
            </li>
          ))}
        </Items>
      )}
      {adding ? (
        <AddMatter
          desk={desk}
          onLeave={actions.closeAt}
          onTake={(service) => actions.addMatter(contact.id, service)}
          without={[contact.service.id, ...contact.further.map(({ service }) => service.id)]}
        />
      ) : (
        !full &&
        desk.catalogue !== null && (
          <Row>
            <Button onClick={() => actions.openAt({ contact: contact.id, what: "adding" })} variant="secondary">
              {t("desk.further.add")}
            </Button>
          </Row>
        )
      )}
    </Next>
  );
}
