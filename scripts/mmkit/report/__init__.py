# SPDX-License-Identifier: 0BSD
"""The page of scripts/report: a log with the frames of a boot, read and rendered."""
