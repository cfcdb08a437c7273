/** What a matter's instructions say to the customer: what to have at hand, and that it can be settled on the net. */

import type { EServiceView, NamesView } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { DocumentIcon, NetworkIcon } from "./icons";
import { Card, Note, Subtitle } from "./parts";
import { useSpeech } from "./words";

const DocumentList = styled.ul`
  display: flex;
  flex-direction: column;
  gap: 0.4rem;
  & > li {
    display: flex;
    gap: 0.7rem;
    hyphens: auto;
  }
  & svg {
    margin-top: 0.05em;
    color: var(--action);
  }
`;

/** `along`: to be brought to where the matter is settled. */
export function Documents(props: { documents: readonly NamesView[]; along?: boolean }): JSX.Element | null {
  const { documents, along = false } = props;
  const { t, name } = useSpeech();
  return documents.length === 0 ? null : (
    <Card>
      <Subtitle>{t(along ? "matter.documentsAlong" : "matter.documents")}</Subtitle>
      <DocumentList>
        {documents.map((each) => (
          <li key={each.fi}>
            <DocumentIcon />
            {name(each)}
          </li>
        ))}
      </DocumentList>
    </Card>
  );
}

const SCHEME = /^https?:\/\/(www\.)?/;
const LAST_SLASH = /\/$/;

/** An address to read and remember: here nobody opens it. */
export function EService({ service }: { service: EServiceView | null }): JSX.Element | null {
  const { t, name } = useSpeech();
  return service === null ? null : (
    <Note icon={<NetworkIcon />} tone="plain">
      <Subtitle>{t("matter.eService")}</Subtitle>
      <p>
        {name(service.names)} <b>{service.address.replace(SCHEME, "").replace(LAST_SLASH, "")}</b>
      </p>
      <p>{t("matter.eServiceText")}</p>
    </Note>
  );
}
