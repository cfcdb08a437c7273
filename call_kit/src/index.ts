/** The version of the wire protocol that this kit speaks: the `v1` of `/ws/v1`. */
export const PROTOCOL_VERSION = 1;
