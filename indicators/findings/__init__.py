"""What a month's figures show before they are signed: one place, asked by form, grid, service and importer.

`findings_of` for one village, `findings` for many in the same few queries; `Checker` for who has read the
figures already. A hard finding stops the submission, a soft one asks for a remark at one of its cells.
"""

from indicators.findings.checker import Checker, findings, findings_of, read_checker
from indicators.findings.finding import Finding, unexplained
from indicators.findings.past import Past

__all__ = ["Checker", "Finding", "Past", "findings", "findings_of", "read_checker", "unexplained"]
