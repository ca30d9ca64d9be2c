"""What video files carry besides pictures, sound and subtitles, and whether they are whole."""

from efface.media.video.carried.interface import Survey
from efface.media.video.carried.survey import survey_of

__all__ = ["Survey", "survey_of"]
