"""The whole story of one thing, from a month's tables: a school, a titre, a mandat, a payer, a finding, a rule."""
