-- What a database of the first schema may hold: one contact that rings for the fourth time, one that has been served.
INSERT INTO contact (id, terminal, point, provider, service, ring, language, requested_at, state, passed_by,
                     quiet_until, outcome, ended_at, offers, version)
VALUES ('c1', 'kiosk-1', 'mikkeli', 'kela', 'housing', 'ring-1', 'fi', '2093-03-02T09:00:00.000000+00:00', 'offered',
        '["bert"]', NULL, NULL, NULL, 4, 9),
       ('c2', 'kiosk-2', 'mikkeli', 'kela', 'housing', 'ring-2', 'sv', '2093-03-02T09:00:00.000000+00:00', 'ended',
        '[]', NULL, 'served', '2093-03-02T09:00:07.000000+00:00', 1, 3);

INSERT INTO offer (id, contact, number, staff, state, opened_at, expires_at, closed_at, reason)
VALUES ('o1', 'c1', 1, 'bert', 'declined', '2093-03-02T09:00:00.000000+00:00', '2093-03-02T09:00:20.000000+00:00',
        '2093-03-02T09:00:07.000000+00:00', 'other'),
       ('o2', 'c1', 2, 'carla', 'expired', '2093-03-02T09:00:00.000000+00:00', '2093-03-02T09:00:20.000000+00:00',
        '2093-03-02T09:00:07.000000+00:00', NULL),
       ('o3', 'c1', 3, 'dora', 'withdrawn', '2093-03-02T09:00:00.000000+00:00', '2093-03-02T09:00:20.000000+00:00',
        '2093-03-02T09:00:07.000000+00:00', 'console_lost'),
       ('o4', 'c1', 4, 'anna', 'open', '2093-03-02T09:00:00.000000+00:00', '2093-03-02T09:00:20.000000+00:00',
        NULL, NULL),
       ('o5', 'c2', 1, 'bert', 'accepted', '2093-03-02T09:00:00.000000+00:00', '2093-03-02T09:00:20.000000+00:00',
        '2093-03-02T09:00:07.000000+00:00', NULL);

INSERT INTO engagement (staff, contact)
VALUES ('anna', 'c1');

INSERT INTO call (id, contact, state, started_at, connected_at, ended_at, outcome)
VALUES ('k2', 'c2', 'ended', '2093-03-02T09:00:00.000000+00:00', NULL, '2093-03-02T09:00:07.000000+00:00', 'served');

INSERT INTO presence (staff, state, reason, since, idle_since, misses, version)
VALUES ('anna', 'ready', NULL, '2093-03-02T09:00:00.000000+00:00', '2093-03-02T09:00:00.000000+00:00', 0, 3),
       ('bert', 'paused', 'lunch', '2093-03-02T09:00:00.000000+00:00', NULL, 1, 4);

INSERT INTO deadline (kind, subject, due)
VALUES ('offer_expiry', 'o4', '2093-03-02T09:00:07.000000+00:00')
