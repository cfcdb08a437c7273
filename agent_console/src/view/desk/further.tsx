/** What else the customer has come for: each begins when the one before it has ended. */

import { type JSX, useEffect, useRef, useState } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { DeskActions } from "../../model/desk/actions";
import { FURTHER_MOST, type FurtherDraft } from "../../model/desk/draft";
import type { DeskModel } from "../../model/desk/model";
import { isOffered, serviceOf } from "../../model/desk/offering";
import { useWords } from "../../words/i18n";
import { nameOf } from "../parts/words_of";
import { line } from "../theme";
import { NeedSearch } from "./need_search";
import { TextField } from "./note_fields";
import { Box, Quiet, Row, Small } from "./parts";

const Item = styled.li`
  padding: 8px 0 8px 12px;
  border-left: 4px solid ${line};
  & + & {
    margin-top: 8px;
  }
`;

interface AddMatterProps {
  readonly desk: DeskModel;
  readonly without: readonly string[];
  readonly onTake: (service: string) => void;
  readonly onLeave: () => void;
}

/** A search of its own, so that what stands in the first one stays. */
export function AddMatter({ desk, without, onTake, onLeave }: AddMatterProps): JSX.Element | null {
  const { t } = useWords();
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const { catalogue } = desk;
  if (catalogue === null) {
    return null;
  }
  const offered = { ...catalogue, services: catalogue.services.filter((service) => isOffered(catalogue, service)) };
  return (
    <Box data-adding={true}>
      <NeedSearch
        catalogue={offered}
        field={field}
        label={t("desk.further.add")}
        name="further"
        onLeave={onLeave}
        onTake={onTake}
        onWrite={setQuery}
        query={query}
        without={without}
      />
      <Row>
        <Button onClick={onLeave} variant="secondary">
          {t("desk.further.cancel")}
        </Button>
      </Row>
    </Box>
  );
}

interface FurtherProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
}

function FurtherItem({ further, desk, actions }: FurtherProps & { readonly further: FurtherDraft }): JSX.Element {
  const { t, language } = useWords();
  const found = serviceOf(desk.catalogue, further.service);
  const service = found === null ? further.service : nameOf(found, language);
  return (
    <Item data-further={further.service}>
      <TextField
        label={t("desk.further.what", { service })}
        name={`further-${further.service}`}
        onWrite={(what) => actions.writeFurther({ service: further.service, what })}
        text={further.what}
      />
      <Button onClick={() => actions.dropFurther(further.service)} variant="secondary">
        {t("desk.further.drop", { service })}
      </Button>
    </Item>
  );
}

export function Further({ desk, actions }: FurtherProps): JSX.Element {
  const { t } = useWords();
  const [adding, setAdding] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const { draft } = desk.state;
  const close = (): void => {
    setAdding(false);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const full = draft.further.length >= FURTHER_MOST;
  return (
    <Box>
      <Small>{t("desk.further.heading")}</Small>
      {draft.further.length > 0 && (
        <>
          <Quiet>{t("desk.further.explain")}</Quiet>
          <ul>
            {draft.further.map((further) => (
              <FurtherItem actions={actions} desk={desk} further={further} key={further.service} />
            ))}
          </ul>
        </>
      )}
      {full && <Quiet>{t("desk.further.most")}</Quiet>}
      {adding && !full ? (
        <AddMatter
          desk={desk}
          onLeave={close}
          onTake={(service) => {
            actions.addFurther(service);
            close();
          }}
          without={[draft.service ?? "", ...draft.further.map(({ service }) => service)]}
        />
      ) : (
        !full && (
          <Row>
            <Button onClick={() => setAdding(true)} ref={opener} variant="secondary">
              {t("desk.further.add")}
            </Button>
          </Row>
        )
      )}
    </Box>
  );
}
