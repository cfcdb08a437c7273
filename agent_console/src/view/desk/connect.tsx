/** From the need to the ringing: the search, then the matter with its note. Enter leads through it. */

import { errorText } from "@palvelurinki/call_kit/words";
import { type JSX, type KeyboardEvent, type RefObject, type SyntheticEvent, useEffect, useId, useRef } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { DeskActions } from "../../model/desk/actions";
import { CONNECTING } from "../../model/desk/desk";
import { terminalOf } from "../../model/desk/draft";
import type { DeskModel } from "../../model/desk/model";
import { handoffOf } from "../../model/desk/note";
import { isOffered, providerOf, serviceOf } from "../../model/desk/offering";
import { useWords } from "../../words/i18n";
import { NoteView } from "../brief/note_view";
import { languageName, nameOf } from "../parts/words_of";
import { wide } from "../theme";
import { Details } from "./details";
import { Further } from "./further";
import { Guidance, Hindrance, Hours } from "./guidance";
import { NeedSearch } from "./need_search";
import { NoteFields } from "./note_fields";
import { Box, Heading, Panel, Quiet, Row, Small, Wrong } from "./parts";

const Form = styled.form`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  align-items: start;
  gap: 16px;
  ${wide} {
    grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
  }
`;

const Head = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: flex-start;
  justify-content: space-between;
  gap: 8px 16px;
  > div:first-child {
    flex: 1 1 200px;
    min-width: 0;
  }
  && button {
    min-height: 40px;
    padding: 4px 12px;
  }
`;

interface ConnectProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
  readonly offline: boolean;
}

/** Why it was not sent: what keeps it, or the server's refusal. What was written is there all the same. */
function NotSent({ desk }: { readonly desk: DeskModel }): JSX.Element {
  const { t, language } = useWords();
  const { problem, failures } = desk.state;
  const code = failures.get(CONNECTING) ?? null;
  if (problem !== null) {
    return <Wrong of={problem.kind}>{t(`desk.connect.problem.${problem.kind}`)}</Wrong>;
  }
  return (
    <Wrong of={code}>
      {code !== null && errorText(language, code)} {t("desk.connect.kept")}
    </Wrong>
  );
}

/** The same parts as the expert's side has, so that nothing is promised that they do not see. */
function Seen({ desk }: { readonly desk: DeskModel }): JSX.Element {
  const { t, language } = useWords();
  const { draft } = desk.state;
  const handoff = handoffOf(draft.note);
  const facts = [
    `${t("brief.identity")}: ${t(`identity.${draft.identity}`)}`,
    languageName(draft.language ?? language, t, language),
    draft.interpreter === null ? null : `${t("brief.interpreter")}: ${languageName(draft.interpreter, t, language)}`,
  ];
  return (
    <Box data-seen={true}>
      <Small>{t("desk.note.seen")}</Small>
      <Quiet>{facts.filter(Boolean).join(" · ")}</Quiet>
      {handoff === null ? <Quiet>{t("desk.note.seen_nothing")}</Quiet> : <NoteView handoff={handoff} />}
    </Box>
  );
}

function Send({ desk, actions, offline }: ConnectProps): JSX.Element {
  const { t, language } = useWords();
  const busy = desk.state.pending.has(CONNECTING);
  const service = serviceOf(desk.catalogue, desk.state.draft.service);
  const provider = service && desk.catalogue && providerOf(desk.catalogue, service);
  const terminal = terminalOf(desk.state.draft, desk.cards);
  const whither = [provider, terminal?.view.terminal].flatMap((each) => (each ? [nameOf(each, language)] : []));
  return (
    <Box>
      <NotSent desk={desk} />
      {offline && <Wrong of="offline">{t("desk.offline")}</Wrong>}
      <Row>
        <Button aria-disabled={busy} type="submit">
          {t(busy ? "desk.connect.busy" : "desk.connect.do")}
        </Button>
        <Button onClick={actions.emptyDraft} variant="secondary">
          {t("desk.connect.clear")}
        </Button>
      </Row>
      <Quiet data-whither={terminal?.id ?? "none"}>{whither.join(" → ")}</Quiet>
    </Box>
  );
}

function Matter({ desk, actions, offline }: ConnectProps): JSX.Element | null {
  const { t, language } = useWords();
  const note = useRef<HTMLTextAreaElement>(null);
  const change = useRef<HTMLButtonElement>(null);
  const instructions = useId();
  const { catalogue } = desk;
  const service = serviceOf(catalogue, desk.state.draft.service);
  const chosen = service?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another matter is another beginning
  useEffect(() => {
    // What is not offered has no note: the way back has the focus then.
    (note.current ?? change.current)?.focus();
  }, [chosen]);
  if (catalogue === null || service === null) {
    return null;
  }
  const offered = isOffered(catalogue, service);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    actions.connect(language);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      actions.leaveMatter();
    }
  };
  return (
    <Form data-matter={service.id} data-offered={offered} onKeyDown={onKeyDown} onSubmit={submit}>
      <Panel>
        <Head>
          <div>
            <Heading>{nameOf(service, language)}</Heading>
            <Hours catalogue={catalogue} now={desk.now} service={service} />
          </div>
          <Button aria-keyshortcuts="Escape" onClick={actions.leaveMatter} ref={change} variant="secondary">
            {t("desk.matter.change")}
          </Button>
        </Head>
        <Box id={instructions}>
          <Hindrance catalogue={catalogue} now={desk.now} service={service} />
          <Guidance service={service} />
        </Box>
        {offered && (
          <Box>
            <Small>{t("desk.note.heading")}</Small>
            <Quiet>
              {t("desk.note.optional")} {t("desk.note.no_identity")}
            </Quiet>
            <NoteFields
              describedBy={instructions}
              first={note}
              note={desk.state.draft.note}
              onEnter={() => actions.connect(language)}
              onWrite={actions.writeNote}
            />
            <Quiet>{t("desk.note.keys")}</Quiet>
          </Box>
        )}
      </Panel>
      {offered && (
        <Panel>
          <Details actions={actions} desk={desk} />
          <Further actions={actions} desk={desk} />
          <Seen desk={desk} />
          <Send actions={actions} desk={desk} offline={offline} />
        </Panel>
      )}
    </Form>
  );
}

function Unread({ desk, actions }: Omit<ConnectProps, "offline">): JSX.Element {
  const { t, language } = useWords();
  if (desk.unread === null) {
    return <Quiet role="status">{t("desk.need.loading")}</Quiet>;
  }
  return (
    <Box>
      <Wrong of={desk.unread}>
        {t(desk.catalogue === null ? "desk.need.failed" : "desk.need.stale")} {errorText(language, desk.unread)}
      </Wrong>
      <Row>
        <Button onClick={actions.readCatalogue} variant="secondary">
          {t("desk.need.try_again")}
        </Button>
      </Row>
    </Box>
  );
}

interface StartProps extends ConnectProps {
  readonly field: RefObject<HTMLInputElement | null>;
}

export function Connect({ desk, actions, offline, field }: StartProps): JSX.Element {
  const { t } = useWords();
  const { catalogue, state } = desk;
  const ready = catalogue !== null;
  const searching = state.draft.service === null;
  useEffect(() => {
    if (ready && searching) {
      field.current?.focus();
      field.current?.select();
    }
  }, [ready, searching, field]);
  if (catalogue !== null && !searching) {
    return <Matter actions={actions} desk={desk} offline={offline} />;
  }
  return (
    <Panel data-connect="search">
      <Heading>{t("desk.need.heading")}</Heading>
      {catalogue !== null && (
        <NeedSearch
          catalogue={catalogue}
          field={field}
          label={t("desk.need.label")}
          name="need"
          onTake={actions.chooseMatter}
          onWrite={actions.writeNeed}
          query={state.draft.query}
        />
      )}
      {(catalogue === null || desk.unread !== null) && <Unread actions={actions} desk={desk} />}
      {handoffOf(state.draft.note) !== null && <Quiet data-kept={true}>{t("desk.connect.kept")}</Quiet>}
    </Panel>
  );
}
