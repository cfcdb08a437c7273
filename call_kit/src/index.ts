export { type NeedSearch, needSearch, type Searched } from "./catalogue/need_search";
export * from "./generated/errors";
export type * from "./generated/wire";
export { checkLine, type Exchange, type LineCheckOptions } from "./line/check";
export { exchangeWithServer } from "./line/exchange";
export type { LineCheck, LineProgress, LineStep, LineStepState, LineWarning } from "./line/types";
export { LocalMedia } from "./media/local_media";
export type * from "./media/types";
export { type Observable, Value } from "./observable";
export { CallMedia } from "./peers/call_media";
export type * from "./peers/types";
export { Session, type SessionOptions, type SignInResult } from "./session/session";
export { systemTimers } from "./session/timers";
export * from "./session/types";
export { type EstimateNow, estimateAt } from "./waiting/estimate";

/** The version of the wire protocol that this kit speaks: the `v1` of `/ws/v1`. */
export const PROTOCOL_VERSION = 1;
