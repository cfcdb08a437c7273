/** What a matter's instructions say, the e-service first. */

import type { CatalogueService, PointCatalogue } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { type Availability, availabilityOf, providerOf } from "../../model/desk/offering";
import type { Language } from "../../model/time";
import { useWords } from "../../words/i18n";
import { hoursOf, nameOf, openingOf, type Translate } from "../parts/words_of";
import { focusRing, highlight, line, success, successPale, warning, warningPale } from "../theme";
import { Box, Quiet, Small, Unseen } from "./parts";

const First = styled.div`
  padding: 10px 12px;
  border-left: 4px solid ${success};
  background: ${successPale};
  a {
    color: ${highlight};
    overflow-wrap: anywhere;
    ${focusRing}
  }
`;

const Stop = styled.div`
  padding: 10px 12px;
  border-left: 4px solid ${warning};
  background: ${warningPale};
  line-height: 1.4;
`;

const List = styled.ul`
  padding-left: 20px;
  list-style: disc;
  li {
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
`;

const Advice = styled.p`
  padding-left: 12px;
  border-left: 4px solid ${line};
  line-height: 1.4;
  overflow-wrap: anywhere;
`;

interface GuidanceProps {
  readonly service: CatalogueService;
}

function hoursText(availability: Availability, now: number, t: Translate, language: Language): string {
  if (availability.kind === "not_remote" || availability.ring === null) {
    return t("desk.need.closed");
  }
  const { ring, kind } = availability;
  if (kind !== "closing") {
    return hoursOf(ring, now, t, language);
  }
  return ring.opens_at === null
    ? t("desk.matter.closing_unknown")
    : t("desk.matter.closing", { at: openingOf(ring.opens_at, now, t, language) });
}

/** Whose matter it is, and whether it can be had now. */
export function Hours(props: GuidanceProps & { readonly catalogue: PointCatalogue; readonly now: number }) {
  const { service, catalogue, now } = props;
  const { t, language } = useWords();
  const availability = availabilityOf(catalogue, service);
  const provider = providerOf(catalogue, service);
  const said = [provider && nameOf(provider, language)];
  if (availability.kind === "open") {
    said.push(hoursText(availability, now, t, language));
  }
  return <Quiet data-availability={availability.kind}>{said.filter(Boolean).join(" · ")}</Quiet>;
}

/** Why it cannot be connected, and what to do instead. Nothing for what can be. */
export function Hindrance(props: GuidanceProps & { readonly catalogue: PointCatalogue; readonly now: number }) {
  const { service, catalogue, now } = props;
  const { t, language } = useWords();
  const availability = availabilityOf(catalogue, service);
  if (availability.kind === "open") {
    return null;
  }
  if (availability.kind === "not_remote") {
    const { instead } = service.guidance;
    return (
      <Stop data-hindrance="not_remote">
        <Small>{t("desk.matter.not_remote")}</Small>
        <p>
          {`${t("desk.matter.instead")}: ${instead === null ? t("desk.matter.instead_unknown") : instead[language]}`}
        </p>
      </Stop>
    );
  }
  return (
    <Stop data-hindrance={availability.kind}>
      <Small>{hoursText(availability, now, t, language)}</Small>
      <p>{t("desk.matter.closed_help")}</p>
    </Stop>
  );
}

export function Guidance({ service }: GuidanceProps): JSX.Element {
  const { t, language } = useWords();
  const { e_service: eService, documents, advice } = service.guidance;
  if (eService === null && documents.length === 0 && advice === null) {
    return <Quiet>{t("desk.matter.none")}</Quiet>;
  }
  return (
    <Box data-guidance={service.id}>
      {eService !== null && (
        <First data-e-service={true}>
          <Small>{t("desk.matter.e_service")}</Small>
          <a href={eService.address} rel="noopener noreferrer" target="_blank">
            {eService.names[language]}
            <Unseen>{` (${t("desk.matter.opens_new")})`}</Unseen>
          </a>
        </First>
      )}
      {documents.length > 0 && (
        <div>
          <Small>{t("desk.matter.documents")}</Small>
          <List>
            {documents.map((each) => (
              <li key={each.fi}>{each[language]}</li>
            ))}
          </List>
        </div>
      )}
      {advice !== null && (
        <div>
          <Small>{t("desk.matter.advice")}</Small>
          <Advice>{advice[language]}</Advice>
        </div>
      )}
    </Box>
  );
}
