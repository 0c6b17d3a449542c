# A unit’s page.

unit-give = Give feedback
