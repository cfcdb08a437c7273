"""A world in virtual time around the same core, for staffing questions: `palvelurinki simulate`.

`scenario` reads what is to be simulated and gives its directory, as the configuration gives the live system's;
`arrivals` and `chance` draw who comes and what they need; `world` moves contacts and experts with `domain.routing`,
`domain.brokering` and `domain.presence`; `results` counts, `erlang` and `needed` say how many experts it takes, and
`charts` and `tables` show it. The same scenario, seed and number of runs give the same bytes.
"""
